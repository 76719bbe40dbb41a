"""Quality measured offline, one module per suite, one shape of report.

A suite's module has `evaluate(request) -> Report`. Scoring code here is never imported by the stages it judges.
"""
