"""What people see: `public_site` for strangers, `staff_site` for the desk. They never import each other."""
