from django.contrib import admin
from django.urls import path

from notes.views import count

urlpatterns = [path('', count), path('admin/', admin.site.urls)]
