@rem For npm start on Windows, where no shell has exec: runs the rest of the line.
@%*
