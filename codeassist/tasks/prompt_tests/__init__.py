"""Tests of prompts: cases, comparisons, tuning."""
