# Governors as rows, criteria as panels. All of it is in rivals.inc.
load style[1:strlen(style) - strlen("style.gp")] . "rivals.inc"
