# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "scikit-learn==1.9.1",
# ]
# ///
"""A model fitted by two jobs, and work given to two processes of joblib's own pool."""
import json
import os

import joblib
import sklearn
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import cross_val_score


def whoami(number):
    return number * number, os.getpid()


if __name__ == '__main__':
    table = load_iris()
    scores = cross_val_score(RandomForestClassifier(n_estimators=20, random_state=0), table.data, table.target, n_jobs=2, cv=3)
    answers = joblib.Parallel(n_jobs=2)(joblib.delayed(whoami)(number) for number in range(6))
    print(json.dumps({'sklearn': sklearn.__version__, 'good': bool(scores.mean() > 0.9), 'squares': [square for square, _ in answers],
                      'elsewhere': os.getpid() not in {process for _, process in answers}}))
