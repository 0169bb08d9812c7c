"""Dates as people write them, and how old an article is. Today is passed in: nothing here reads a clock."""

from __future__ import annotations

from datetime import date

OLD_AFTER = 24  # months: salaries and tools move within two years, so an older article says so on its card
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]


def _parts(published: str | None) -> tuple[int, int | None, int | None] | None:
    """Year, month and day as far as known; None for what is no ISO date."""
    try:
        numbers = [int(part) for part in (published or "").split("T")[0].split("-")]
        date(*[*numbers, 1, 1][:3])
    except (ValueError, TypeError):
        return None
    return numbers[0], numbers[1] if len(numbers) > 1 else None, numbers[2] if len(numbers) > 2 else None


def long_date(published: str | None) -> str:
    """ "2025-03-04" as "4 March 2025", as precise as known; "" when there is none."""
    parts = _parts(published)
    if parts is None:
        return ""
    year, month, day = parts
    return " ".join(str(part) for part in (day, _MONTHS[month - 1] if month else None, year) if part)


def month_date(published: str | None) -> str:
    """ "2025-03-04" as "March 2025"; "" when there is none."""
    parts = _parts(published)
    return long_date(f"{parts[0]:04}-{parts[1]:02}" if parts and parts[1] else published)


def months_old(published: str | None, today: date) -> int | None:
    """Whole months since an article was published; None when its date is unknown or lies ahead."""
    parts = _parts(published)
    if parts is None:
        return None
    year, month, day = parts
    months = (today.year - year) * 12 + today.month - (month or 12) - (1 if day and today.day < day else 0)
    return months if months >= 0 else None


def age(published: str | None, today: date) -> str:
    """ "20 months old", "3 years old"; "" for less than a month and for an unknown date."""
    months = months_old(published, today)
    if not months:
        return ""
    count, unit = (months, "month") if months < OLD_AFTER else (months // 12, "year")
    return f"{count} {unit}{'' if count == 1 else 's'} old"
