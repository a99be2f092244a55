"""What a data set is: wishes, plan, records, outlines and the files other tools read. No bpy, no torch."""
