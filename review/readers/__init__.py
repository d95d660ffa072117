"""Which models a firm reads whole case files with: profiles that its administrators keep, what was measured of
each on the firm's own machine, the acceptance page kept with it, and which profile a matter chose.
It describes readers and never opens one."""
