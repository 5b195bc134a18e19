"""The demo: a small programme that has been running for five weeks, made by running its processes."""

from app.web.demo.people import PASSWORD
from app.web.demo.seed import demo_people, seed_demo
from app.web.demo.whole import seed_with_year

__all__ = ["PASSWORD", "demo_people", "seed_demo", "seed_with_year"]
