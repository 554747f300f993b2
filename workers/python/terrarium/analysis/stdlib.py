"""Names of the standard library: those of the newest Python, and those that left it, with the version that no longer had them."""
import sys

PRESENT = frozenset(sys.stdlib_module_names) | {"__main__", "__future__"}

_LEFT_IN = {
    "3.8": "macpath",
    "3.9": "dummy_threading _dummy_thread _dummy_threading",
    "3.10": "formatter parser symbol _bootlocale macurl2path",
    "3.11": "binhex",
    "3.12": "asynchat asyncore distutils imp smtpd",
    "3.13": "aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap msilib nis nntplib ossaudiodev pipes sndhdr spwd sunau telnetlib uu xdrlib",
}
#: Module → the first Python without it.
GONE = {name: version for version, names in _LEFT_IN.items() for name in names.split()}

#: Names of Python 2, which code for both imports inside try.
PYTHON_2 = frozenset(
    "__builtin__ BaseHTTPServer CGIHTTPServer ConfigParser Cookie HTMLParser Queue ScrolledText SimpleHTTPServer SimpleXMLRPCServer SocketServer "
    "StringIO Tkinter UserDict UserList UserString _winreg anydbm cPickle cStringIO commands cookielib copy_reg dbhash dumbdbm exceptions "
    "gdbm htmlentitydefs httplib md5 mimetools new popen2 robotparser sets sha tkFileDialog tkFont tkMessageBox tkSimpleDialog ttk urllib2 urlparse whichdb xmlrpclib".split()
)
