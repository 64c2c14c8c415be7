'use strict';
/**
 * Settings of Node-RED, from the environment: docs/flows.md lists the names. A secret may also be given as the path of a
 * file: NAME_FILE. Secrets that only this file needs are taken out of the environment, where flows could read them.
 */

const crypto = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { envelope } = require('./nodes/rules/envelope');
const { version } = require('./package.json');

const environment = process.env;

function readSecret(name) {
    const file = environment[`${name}_FILE`];
    if (environment[name] || !file) {
        return environment[name];
    }
    try {
        return fs.readFileSync(file, 'utf8').trim();
    } catch (error) {
        throw new Error(`${name}_FILE: cannot read ${file}: ${error.message}`);
    }
}

function need(name) {
    const value = readSecret(name);
    if (!value) {
        throw new Error(`${name} is not set: set it, or ${name}_FILE to a file that holds it (scripts/run sets all of them)`);
    }
    return value;
}

function take(name) {
    const value = need(name);
    delete environment[name];
    return value;
}

function needHash(name) {
    const value = take(name);
    if (!/^\$2[aby]\$\d\d\$.{53}$/.test(value)) {
        throw new Error(`${name} is not a bcrypt hash: make one with "node-red admin hash-pw"`);
    }
    return value;
}

function needPort(name, otherwise) {
    const value = Number(environment[name] || otherwise);
    if (!Number.isInteger(value) || value < 1 || value > 65535) {
        throw new Error(`${name} is not a port: ${environment[name]}`);
    }
    return value;
}

/** What Node-RED says of itself on the bus; the flows' broker node has it as birth and last will. */
function status(state) {
    const fields = { service: 'nodered', instance: '1', state, version, figures: {} };
    return JSON.stringify(envelope(fields, Date.now(), crypto.randomBytes(10)));
}

/** The broker node of flows.json reads these: a flow can hold `${NAME}` only as the whole of a field. */
function offerToFlows() {
    const base = environment.HW_BASE_TOPIC || 'hearthwatch';
    Object.assign(environment, {
        HW_BASE_TOPIC: base,
        HW_MQTT_HOST: environment.HW_MQTT_HOST || '127.0.0.1',
        HW_MQTT_PORT: String(needPort('HW_MQTT_PORT', 1883)),
        HW_MQTT_USER: need('HW_MQTT_USER'),
        HW_MQTT_PASSWORD: need('HW_MQTT_PASSWORD'),
        HW_MQTT_CLIENT_ID: `${base}-nodered`,
        HW_STATUS_TOPIC: `${base}/svc/nodered/1/status`,
        HW_STATUS_ONLINE: status('online'),
        HW_STATUS_OFFLINE: status('offline'),
    });
}

/** A message behind an acknowledgement would wait 40 ms for the broker's delayed ACK (Nagle): mqtt nodes have no option for it. */
function sendWithoutDelay() {
    const { connect } = net.Socket.prototype;
    net.Socket.prototype.connect = function connectWithoutDelay(...args) {
        this.setNoDelay(true);
        return connect.apply(this, args);
    };
}

offerToFlows();
sendWithoutDelay();
const adminHash = needHash('NODE_RED_ADMIN_HASH');

module.exports = {
    flowFile: environment.NR_FLOW_FILE || path.join(__dirname, 'flows.json'),
    flowFilePretty: true,
    credentialSecret: take('NODE_RED_CREDENTIAL_SECRET'),
    adminAuth: {
        type: 'credentials',
        users: [
            { username: 'admin', password: adminHash, permissions: '*' },
            { username: 'viewer', password: needHash('NODE_RED_VIEWER_HASH'), permissions: 'read' },
        ],
    },
    httpNodeAuth: { user: 'nodes', pass: adminHash },
    uiHost: environment.NR_HOST || '127.0.0.1',
    uiPort: needPort('NR_PORT', 1880),
    httpAdminRoot: '/',
    httpNodeRoot: '/api',
    httpAdminCookieOptions: { sameSite: 'strict' },
    telemetry: { enabled: false, updateNotification: false },
    contextStorage: {
        default: { module: 'memory' },
        disk: { module: 'localfilesystem', config: { cache: false } },
    },
    externalModules: {
        autoInstall: false,
        palette: { allowInstall: false, allowUpload: false, allowUpdate: false },
        modules: { allowInstall: false },
    },
    editorTheme: {
        page: { title: 'Hearthwatch' },
        header: { title: 'Hearthwatch' },
        tours: false,
        palette: { catalogues: [], categories: ['Hearthwatch', 'common', 'function', 'network', 'sequence', 'parser', 'storage'] },
        projects: { enabled: false },
    },
    functionExternalModules: true,
    globalFunctionTimeout: 5,
    nodeMessageBufferMaxLength: 10000,
    mqttReconnectTime: 2000,
    httpRequestTimeout: 10000,
    diagnostics: { enabled: false, ui: false },
    logging: { console: { level: 'info', metrics: false, audit: false } },
};
