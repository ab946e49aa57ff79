process.stderr.write("refmon: no command is implemented yet\n");
process.exitCode = 2;
