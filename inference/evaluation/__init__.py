"""The official metric, the data it is measured on, and cross-validation; needed for training and measuring only."""
