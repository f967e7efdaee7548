// Azurite finds a row by its partition first, and then looks at every row of that partition: an account of a million
// rows would take hours. Row keys differ, so the index on them finds the row at once. Nothing else changes.
"use strict";

const { Collection } = require("lokijs");

const findOne = Collection.prototype.findOne;

Collection.prototype.findOne = function (query) {
  const isRow = query && "PartitionKey" in query && "RowKey" in query;
  return findOne.call(this, isRow ? { RowKey: query.RowKey, ...query } : query);
};
