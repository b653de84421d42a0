"""Models behind one door: encoders now, chat models as they come. The only place that imports LangChain's models."""
