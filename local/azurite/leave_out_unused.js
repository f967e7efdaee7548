// Azurite loads a SQL store for blobs and a client for telemetry, and uses them only when it is asked to, which we never
// do. Without them it starts in half the time. What is left out is a class each of whose properties is such a class.
"use strict";

const Module = require("module");

const LEFT_OUT = new Set(["applicationinsights", "sequelize"]);

const nothing = () =>
  new Proxy(class {}, { get: (target, name) => (name in target ? target[name] : nothing()) });

const load = Module._load;

Module._load = function (name, ...rest) {
  return LEFT_OUT.has(name) ? nothing() : load.call(this, name, ...rest);
};
