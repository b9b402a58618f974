/** The version of this program; the test of the launcher compares it with package.json. */
export const VERSION = '0.1.0';
