"""The process that reads outlines; see `service`."""

from codeassist.tasks.review.analysers.outlines.service import serve

serve()
