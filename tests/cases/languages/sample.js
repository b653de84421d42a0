import { EventEmitter } from 'node:events';
const fs = require('fs');

const LIMIT = 10;

/**
 * Reads a queue of jobs.
 */
export class Queue extends EventEmitter {
  static defaults = { size: LIMIT };

  /** Adds one job. */
  push(job) {
    this.jobs.push(job);
    return this.emit('push', job);
  }

  get size() {
    return this.jobs.length;
  }
}

// Drains a queue.
export function drain(queue, done) {
  queue.jobs.forEach((job) => done(job));
}

const retry = async (task, times = 3) => {
  return task(times);
};

Queue.prototype.clear = function () {
  this.jobs = [];
};

exports.load = function load(path) {
  return JSON.parse(fs.readFileSync(path));
};

module.exports = { drain, retry };
