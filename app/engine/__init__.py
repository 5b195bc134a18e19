"""Runs BPMN diagrams: what may be deployed, which cases run, who has what to do, what happened.

Knows bundles, instances, user tasks, messages, incidents and history. Knows nothing of agencies, vouchers or money: a
person and an organisation are integers here, and what a service task does is a function that `app.factory` hands in.
"""
