// The process behind the real Chroma: runs its command line, which is the server, from the bindings that npm has.
const [bindings, ...command] = process.argv.slice(2);
require(bindings).cli(command);
