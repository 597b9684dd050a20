"""The rules of the field: values in, values out, the time an argument; nothing here reads or writes."""
