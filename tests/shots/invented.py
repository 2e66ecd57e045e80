"""An invented provider with a model of many parts: 145 datasets, 66 generating models, 20 checkpoints."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

DATASETS, GENERATORS, CHECKPOINTS = 145, 66, 20

_SUBJECTS = ("Laws", "Theses", "Minutes", "Recipes", "Sonnets", "Manuals", "Weather", "Maps", "Speeches", "Patents")
_PLACES = ("Norvik", "Lower Aldany", "Kestrel Bay", "Ostermark", "the Three Rivers", "Veldt", "Saint-Orme", "Halden")
_MAKERS = ("Atelier Cormière SAS", "Lumen Works GmbH", "Halde AI sp. z o.o.", "Ostra Labs Oy", "Nembo S.r.l.")
_KINDS = (["text"], ["image"], ["audio"], ["text", "image"])


def write(content: Path) -> None:
    """Writes the content folder of the portal. JSON is YAML."""
    release = content / "models" / "kvern" / "1.0"
    release.mkdir(parents=True)
    shutil.copy(ROOT / "tests/examples/base/content/copyright-policy.yaml", content)
    for place, data in (
        (content / "provider.yaml", _PROVIDER),
        (content / "models/kvern/model.yaml", {"name": "Kvern", "description": "An invented model of many parts."}),
        (release / "release.yaml", _release()),
        (release / "training-content-summary.yaml", _summary()),
    ):
        place.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")


_PROVIDER = {
    "name": "Kvernholt",
    "legal_name": "Kvernholt GmbH",
    "address": "Beispielweg 3, 10115 Berlin, Germany",
    "email": "post@kvernholt.example",
    "country": "DE",
    "size": "other",
    "authorised_representative": {"state": "not_applicable", "reason": "Established in the Union (invented)."},
    "contacts": [
        {"role": role, "name": "Transparency desk", "email": "desk@kvernholt.example"}
        for role in ("general", "rightsholders", "ai_office", "downstream")
    ],
    "code_of_practice": {
        chapter: {"signed": False} for chapter in ("transparency", "copyright", "safety_and_security")
    },
    "language": "en",
}


def _release() -> dict[str, Any]:
    return {
        "name": "Kvern 1.0",
        "sequence": 1,
        "versioned_names": [
            {"name": f"Kvern 1.0-{size}, checkpoint {step}00 000", "parameters": f"{size[:-1]} billion"}
            for step in range(1, CHECKPOINTS // 2 + 1)
            for size in ("3B", "12B")
        ],
        "dependencies": {"state": "not_applicable", "reason": "Trained from scratch."},
        "release_date": "2026-06-10",
        "union_market_date": "2026-06-10",
        "licence": {"name": "Apache 2.0"},
        "art_53_2": {"claimed": False},
        "systemic_risk": {"status": "no"},
    }


def _dataset(number: int) -> dict[str, Any]:
    subject, place = _SUBJECTS[number % len(_SUBJECTS)], _PLACES[number // len(_SUBJECTS) % len(_PLACES)]
    row: dict[str, Any] = {
        "name": f"{subject} of {place} {1 + number // 80}",
        "url": f"https://data.example/{number + 1}",
        "modalities": _KINDS[number % len(_KINDS)],
        "start": f"{2010 + number % 10}-{1 + number % 12:02}",
        "end": f"{2021 + number % 4}-{1 + number % 12:02}",
    }
    if number % 3 == 0:
        row["licence"] = "CC BY 4.0"
    if number % 5 == 0:
        row["description"] = f"{subject}, collected by the archive of {place}; pages without a date were left out."
    return row


def _generator(number: int) -> dict[str, Any]:
    maker = _MAKERS[number % len(_MAKERS)]
    return {
        "name": f"{maker.split()[0]} {1 + number // len(_MAKERS)}-{(1, 3, 8, 30)[number % 4]}B",
        "provider": maker,
        "url": f"https://models.example/{number + 1}",
        "licence": "Apache 2.0",
        "purpose": ("Translations", "Questions and answers", "Summaries", "Corrected code")[number % 4],
    }


def _summary() -> dict[str, Any]:
    modalities = ["text", "image", "audio"]
    return {
        "template": "C(2025) 8311",
        "version": "1.0",
        "previous_versions": {"state": "none"},
        "last_update": "2026-06-10",
        "scope": "whole",
        "general": {
            "characteristics": {
                "modalities": [
                    {
                        "modality": kind,
                        "size": {"band": "mid"},
                        "types_of_content": "What archives keep.",
                    }
                    for kind in modalities
                ],
                "latest_acquisition": "2026-02",
                "continuous_training": False,
                "linguistic_characteristics": "English, German, Norwegian, Polish.",
                "other_characteristics": {"state": "none"},
            }
        },
        "sources": {
            "public": {
                "used": True,
                "modalities": modalities,
                "large": [_dataset(number) for number in range(DATASETS)],
                "other_description": {"state": "none"},
            },
            "private": {"licensed": {"used": False}, "other": {"used": False}},
            "crawled": {"used": False},
            "user": {"model_interactions": False, "other_services": False},
            "synthetic": {
                "used": True,
                "modalities": ["text"],
                "market_models": [_generator(number) for number in range(GENERATORS)],
                "other_models": {"state": "none"},
            },
            "other": {"used": False},
        },
        "processing": {
            "tdm": {"code_signatory": False, "measures": "Lists of reserved sites were taken out before training."},
            "illegal_content": {"measures": "Block lists, and hash matching of child sexual abuse material."},
        },
    }
