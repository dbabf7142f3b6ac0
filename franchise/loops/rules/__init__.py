"""Decisions about loops and case studies."""
