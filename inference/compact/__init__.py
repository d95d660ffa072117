"""The compact reader: linear models over sentences, trained on CUAD, NumPy only; and how it is trained."""
