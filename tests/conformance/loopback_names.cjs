// The tool cannot turn off the SDK's host prefixes: "api.localhost", which not every resolver knows.
const dns = require("node:dns");

const { lookup } = dns;
dns.lookup = (hostname, options, callback) =>
  lookup(hostname.endsWith(".localhost") ? "127.0.0.1" : hostname, options, callback);
