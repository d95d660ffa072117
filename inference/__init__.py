"""Reads case files and answers questions about them with evidence; knows no matters, people or web pages."""
