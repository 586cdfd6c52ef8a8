#!/usr/bin/env bash
# The Azure CLI, unchanged, against a running control plane. Takes ISOCHRONE_CONTROL, ISOCHRONE_TOKEN_FILE, ISOCHRONE_CA_FILE.
# Needs az (Debian: azure-cli) and python3, which stands for the identity endpoint that az asks for its token. Its own settings
# are left alone. At login az reads a tenant out of the first token, as a JWT, and throws that token away: so the first answer is
# a JWT that says nothing else, and all others are the operator's token.
set -euo pipefail
home=$(mktemp -d)
export AZURE_CONFIG_DIR=$home/az AZURE_CORE_COLLECT_TELEMETRY=no AZURE_CORE_NO_COLOR=yes REQUESTS_CA_BUNDLE=$ISOCHRONE_CA_FILE
subscription=${ISOCHRONE_SUBSCRIPTION:-}

cat >"$home/identity.py" <<'PY'
import base64, http.server, json, sys, time
part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
tenant = "00000000-0000-0000-0000-000000000000"
machine = "/subscriptions/%s/resourceGroups/isochrone/providers/Microsoft.Compute/virtualMachines/here" % tenant
tokens = [part({"alg": "none", "typ": "JWT"}) + "." + part({"tid": tenant, "xms_mirid": machine}) + ".none",
          open(sys.argv[1]).read().strip()]
class Identity(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        token = tokens.pop(0) if len(tokens) > 1 else tokens[0]
        body = json.dumps({"access_token": token, "token_type": "Bearer", "expires_on": str(int(time.time()) + 3600),
                           "expires_in": "3600", "resource": "https://management.core.windows.net/"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_POST = do_GET
    def log_message(self, *args):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Identity)
open(sys.argv[2], "w").write(str(server.server_port))
server.serve_forever()
PY
python3 "$home/identity.py" "$ISOCHRONE_TOKEN_FILE" "$home/port" &
identity=$!
trap 'kill "$identity"; rm -rf "$home"' EXIT
for _ in $(seq 100); do [ -s "$home/port" ] && break; sleep 0.1; done
MSI_ENDPOINT=http://127.0.0.1:$(cat "$home/port")/oauth2/token
export MSI_ENDPOINT MSI_SECRET=none

run() {
    printf '\n$ %s\n' "$*"
    "$@"
}
run az cloud register --name isochrone --endpoint-resource-manager "$ISOCHRONE_CONTROL" --endpoint-management "$ISOCHRONE_CONTROL" \
    --endpoint-active-directory "$ISOCHRONE_CONTROL" --endpoint-active-directory-resource-id https://management.core.windows.net/ \
    --endpoint-active-directory-graph-resource-id https://graph.windows.net/ --suffix-storage-endpoint core.windows.net
run az cloud set --name isochrone
run az login --identity --output table
[ -z "$subscription" ] || run az account set --subscription "$subscription"
at=(--name story-az --resource-group rg-az)
run az apim create "${at[@]}" --location westeurope --sku-name Premium --sku-capacity 1 --publisher-email a@example.test --publisher-name Contoso --output table
run az apim show "${at[@]}" --query '{name:name,state:provisioningState,location:location}' --output table
run az apim list --output table
run az apim update "${at[@]}" --set 'additionalLocations=[{"location":"East Asia","sku":{"name":"Premium","capacity":2}}]' \
    --query 'additionalLocations[].[location,sku.capacity]' --output table
run az apim update "${at[@]}" --tags team=a --query '{tags:tags,regions:additionalLocations[].location}' --output json
run az apim update "${at[@]}" --disable-gateway true --query disableGateway
run az apim update "${at[@]}" --disable-gateway false --query disableGateway
run az apim update "${at[@]}" --sku-name Developer --sku-capacity 1 && { echo "FAIL: leaving Premium with regions was not refused"; exit 1; }
run az apim update "${at[@]}" --set 'additionalLocations=[]' --query 'additionalLocations' --output json
run az apim api create --service-name story-az --resource-group rg-az --api-id echo --path echo --display-name Echo \
    --service-url http://127.0.0.1:9101 --query '{name:name,path:path}' --output table || echo "(no configuration entities)"
run az apim delete "${at[@]}" --yes
run az apim show "${at[@]}" && { echo "FAIL: deleted, and still there"; exit 1; }
echo
echo "All as expected."
