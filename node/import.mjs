import * as main from 'journey-oidc';
import * as policy from 'journey-oidc/policy';
import * as qrCode from 'journey-oidc/qr-code';
import * as types from 'journey-oidc/types';
import * as url from 'journey-oidc/url';
import { report } from './program.mjs';

console.log(JSON.stringify(await report({ main, url, policy, qrCode, types })));
