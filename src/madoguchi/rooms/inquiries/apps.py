from django.apps import AppConfig


class InquiriesConfig(AppConfig):
    name = "madoguchi.rooms.inquiries"
    label = "inquiries"
