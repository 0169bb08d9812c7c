"""A small folder of articles that tests ask about: written for the tests, with facts of no one."""

from __future__ import annotations

PAY = """---
title: What bakers earn
date: 2025-03-04
---
# What bakers earn

Pay depends on the country and on the years behind you.

## Salaries by country

In Spain, a baker earns about €21,000 a year. In Norway, a baker earns about 390,000 kroner a year.

## Salaries by level

| Level | Yearly pay |
| --- | --- |
| Apprentice | €14,500 |
| Journeyman | €24,000 |
| Master | €38,250 |
"""

WORK = """# What bakers do

A baker is a person who makes bread and pastry from flour, water and yeast for a living.

## Duties

Bakers have these duties:

- weighing and mixing the ingredients
- shaping the loaves
- watching the ovens
- cleaning the bakery

## Ovens and mixers

A deck oven bakes on hot stone, which gives a firm crust. A rack oven bakes many trays at once with moving hot air.

## The hardest part

Most bakers say that rising before three in the morning is the hardest part of the work.
"""

PATH = """# How to become a baker

There is more than one way, but most follow the same order.

## Steps to your first job

1. Spend a week in a bakery as a visitor.
2. Find a master who takes apprentices.
3. Learn for three years, with one day a week at school.
4. Pass the journeyman's examination.

## Is an examination needed?

No examination is needed to work in a bakery, but you cannot lead one without it.
"""

CAREERS = {"pay.md": PAY, "work.md": WORK, "path.md": PATH}
