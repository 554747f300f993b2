# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "customtkinter==6.0.0",
# ]
# ///
"""A window where one is asked for; else what can be known of Tk without a display."""
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
print(json.dumps(found))
