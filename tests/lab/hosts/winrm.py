#!/usr/bin/python3
"""Answers /wsman as Windows Remote Management does before anybody has logged on.

usage: winrm.py ADDRESS PORT negotiate|basic[,identify] [CERTIFICATE KEY [tls1.0]]

negotiate: 401 with Negotiate and Kerberos. basic: Basic as well. identify: wsmid:Identify is answered to anybody, with
vendor and version (as a real server does for the header "WSMANIDENTIFY: unauthenticated"). A password is never taken:
whoever sends one finds it noted in winrm.log by its scheme only."""
import http.server
import socket
import ssl
import sys

IDENTIFY = """<s:Envelope xml:lang="en-US" xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body>\
<wsmid:IdentifyResponse xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">\
<wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion>\
<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>\
<wsmid:ProductVersion>OS: 10.0.20348 SP: 0.0 Stack: 3.0</wsmid:ProductVersion></wsmid:IdentifyResponse></s:Body></s:Envelope>"""
address, port, what = sys.argv[1], int(sys.argv[2]), sys.argv[3].split(",")
schemes = ["Negotiate", "Kerberos"] + (["Basic realm=\"WSMAN\""] if "basic" in what else [])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version, server_version, sys_version = "HTTP/1.1", "Microsoft-HTTPAPI/2.0", ""
    timeout = 30

    def version_string(self):
        return self.server_version

    def answer(self, code, body=b"", kind="application/soap+xml;charset=UTF-8", headers=()):
        self.send_response(code)
        for k, v in headers:
            self.send_header(k, v)
        if body:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 1 << 20))
        if self.path.split("?")[0].lower() != "/wsman":
            return self.answer(404, b"<h1>Not Found</h1>", "text/html")
        given = self.headers.get("Authorization")
        self.log_message("authorization scheme: %s", given.split()[0] if given else "none")
        if "identify" in what and b"Identify" in body and not given:
            return self.answer(200, IDENTIFY.encode())
        self.answer(401, headers=[("WWW-Authenticate", s) for s in schemes])

    def do_GET(self):
        if self.path.split("?")[0].lower() != "/wsman":
            return self.answer(404, b"<h1>Not Found</h1>", "text/html")
        self.answer(405, headers=[("Allow", "POST")])

    do_OPTIONS = do_HEAD = do_GET


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
    context = None

    def process_request_thread(self, request, client):
        if self.context:                              # the handshake in its own thread: a silent caller holds up nobody
            request.settimeout(30)
            try:
                request = self.context.wrap_socket(request, server_side=True)
            except OSError:
                return self.shutdown_request(request)
        super().process_request_thread(request, client)

    def handle_error(self, request, client):
        pass


server = Server((address, port), Handler)
if len(sys.argv) > 5:
    server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if "tls1.0" in sys.argv[6:]:
        server.context.set_ciphers("ALL:@SECLEVEL=0")
        server.context.minimum_version = server.context.maximum_version = ssl.TLSVersion.TLSv1
    server.context.load_cert_chain(sys.argv[4], sys.argv[5])
server.serve_forever()
