"""What air and lens do to a finished picture. numpy only: runs inside Blender and in ml/."""
