// Azurite loads a SQL store for blobs and a client for telemetry, and uses them only when it is asked to, which we never
// do. package.json replaces those libraries by an empty package, and this file what they export: Azurite is installed and
// starts in half the time. It is a class each of whose properties is such a class, because Azurite derives its own.
"use strict";

const Module = require("module");

const LEFT_OUT = new Set(["applicationinsights", "sequelize"]);

const nothing = () =>
  new Proxy(class {}, { get: (target, name) => (name in target ? target[name] : nothing()) });

const load = Module._load;

Module._load = function (name, ...rest) {
  return LEFT_OUT.has(name) ? nothing() : load.call(this, name, ...rest);
};
