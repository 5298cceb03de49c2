"""Reads a metrics page with the parsers of prometheus_client, and tells as JSON what they have read.

    parsers.py text|openmetrics < page

The parser of OpenMetrics is strict: a page that breaks a rule ends this with an error.
"""

import json
import sys

from prometheus_client import parser as text
from prometheus_client.openmetrics import parser as openmetrics

PARSERS = {"text": text, "openmetrics": openmetrics}


def sample(one):
    exemplar = one.exemplar and {"labels": one.exemplar.labels, "value": repr(one.exemplar.value)}
    return {
        "name": one.name,
        "labels": one.labels,
        "value": repr(float(one.value)),
        "exemplar": exemplar,
    }


def main():
    page = sys.stdin.buffer.read().decode("utf-8")
    families = PARSERS[sys.argv[1]].text_string_to_metric_families(page)
    told = [
        {
            "name": family.name,
            "type": family.type,
            "unit": family.unit,
            "help": family.documentation,
            "samples": [sample(one) for one in family.samples],
        }
        for family in families
    ]
    json.dump(told, sys.stdout)


main()
