"""Texts of the demo that are kept in every language of the product."""


def said(en: str, hans: str, hant: str) -> dict[str, str]:
    """Return one text in English and both Chinese scripts."""
    return {"en": en, "zh-hans": hans, "zh-hant": hant}
