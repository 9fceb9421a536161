import { sendJson } from './http.js';

const REASONS = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

/** Answers with AM's error body: `{ code, reason, message, detail? }`. */
export function sendAmError(res, code, message, detail) {
  sendJson(res, code, { code, reason: REASONS[code], message, ...(detail && { detail }) });
}
