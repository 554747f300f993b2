"""Distributions that exist as source only, or for few platforms, and others with wheels that are made to take their place.

To add one: the other must install the same top-level modules, or document how it is put in their place; the text says which.
"""
SUBSTITUTES = {
    "psycopg2": ("psycopg2-binary", "the same code with libpq inside"),
    "mysqlclient": ("pymysql", "pure Python; the app has to call `pymysql.install_as_MySQLdb()` first"),
    "mysql-python": ("pymysql", "pure Python; the app has to call `pymysql.install_as_MySQLdb()` first"),
    "pygame": ("pygame-ce", "a fork that installs the same module `pygame`"),
    "pycrypto": ("pycryptodome", "a maintained fork that installs the same package `Crypto`"),
    "pil": ("pillow", "its maintained fork"),
    "sklearn": ("scikit-learn", "the distribution's real name"),
    "pdfminer": ("pdfminer-six", "its maintained fork, with the same package `pdfminer`"),
    "opencv-contrib-python": ("opencv-contrib-python-headless", "the same without windows on the screen"),
    "opencv-python": ("opencv-python-headless", "the same without windows on the screen"),
}
