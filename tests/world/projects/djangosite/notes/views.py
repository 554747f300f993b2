import django
from django.http import JsonResponse
from django.template.loader import render_to_string

from .models import Note


def count(request):
    Note.objects.create(text=render_to_string('notes/note.txt', {'number': Note.objects.count() + 1}).strip())
    return JsonResponse({'django': django.get_version(), 'notes': list(Note.objects.values_list('text', flat=True))})
