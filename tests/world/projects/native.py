# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "pydantic-core==2.50.4",
#   "orjson==3.13.0",
#   "lxml==6.1.3",
#   "pillow==13.0.0",
#   "cryptography==50.0.2",
# ]
# ///
"""Which of these can be imported here, and used: the same words as plain Python on the same platform."""
import importlib
import json


def use_pydantic_core():
    from pydantic_core import SchemaValidator, core_schema
    return SchemaValidator(core_schema.int_schema()).validate_python('42')


def use_orjson():
    import orjson
    return orjson.dumps({'a': [1, None]}).decode()


def use_lxml():
    from lxml import etree
    return etree.fromstring('<a><b>text</b></a>').xpath('string(//b)')


def use_pillow():
    import io
    from PIL import Image
    file = io.BytesIO()
    Image.new('RGB', (4, 3), 'red').save(file, 'PNG')
    return Image.open(io.BytesIO(file.getvalue())).size


def use_cryptography():
    from cryptography.fernet import Fernet
    key = Fernet.generate_key()
    return Fernet(key).decrypt(Fernet(key).encrypt(b'secret')).decode()


def tell(use):
    try:
        return use()
    except ImportError as error:
        return type(error).__name__


print(json.dumps({name.removeprefix('use_'): tell(use) for name, use in sorted(globals().items()) if name.startswith('use_')}))
