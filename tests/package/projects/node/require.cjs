const main = require('journey-oidc');
const policy = require('journey-oidc/policy');
const qrCode = require('journey-oidc/qr-code');
const types = require('journey-oidc/types');
const url = require('journey-oidc/url');

import('./program.mjs')
  .then(({ report }) => report({ main, url, policy, qrCode, types }))
  .then((result) => console.log(JSON.stringify(result)));
