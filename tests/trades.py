"""Two articles on one template, with what a handbook has beside its text: a table, labels, links. Written for the tests."""

from __future__ import annotations

TANNERS = """# Tanners

## Summary

### Pay

The median wage of tanners was €31,400 in 2024.

## How to Become a Tanner

Tanners usually begin as helpers in a tannery and need no certificate.

### Training

Those who want to become tanners are trained at work by an older tanner. The training of a tanner takes three years.

### Important Qualities

**Strength.** Tanners must lift wet hides all day.

- Patience
- A nose that forgives

## What Tanners Do

Tanners turn raw hides into leather.

### Duties

Tanners have these duties:

- soaking the hides
- scraping off the hair
- laying the hides into bark

## Work Environment

The largest employers of tanners were as follows:

|  |  |
| --- | --- |
| Shoe factories | 41% |
| Upholsterers | 22 |
| Book binders | 9 |

## Contacts for More Information

### Links

[Saddlers](https://trades.example/saddlers)

[Cordwainers](https://trades.example/cordwainers)
"""

GLOVERS = """# Glovers

## Pay

The median wage of glovers was €27,900 in 2024.

## How to Become a Glover

Glovers need steady hands and sit a small examination before they become masters.

## What Glovers Do

Glovers cut and sew gloves from thin leather.

## Outlook

The demand for gloves is shrinking. Glovers work more quietly than tanners.
"""

TRADES = {"tanners.md": TANNERS, "glovers.md": GLOVERS}
