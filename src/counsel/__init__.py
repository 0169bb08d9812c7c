"""Counsel answers career questions from a folder of articles, in the articles' own words, with citations."""
