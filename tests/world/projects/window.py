# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "customtkinter==6.0.0",
# ]
# ///
"""A window where there is a display; else what is known of Tcl without one."""
import json
import sys
import tkinter

import customtkinter

found = {'customtkinter': customtkinter.__version__, 'tk': tkinter.TkVersion, 'theme': bool(customtkinter.ThemeManager.theme)}
if 'open' in sys.argv:
    window = customtkinter.CTk()
    customtkinter.CTkButton(window, text='press').pack()
    window.update()
    found['size'] = window.winfo_width() > 0
    window.destroy()
else:
    found['tcl'] = tkinter.Tcl().eval('info patchlevel')
print(json.dumps(found))
