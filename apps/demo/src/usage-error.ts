/** The command was not given what it needs: said in one line, exit code 2. */
export class UsageError extends Error {}
