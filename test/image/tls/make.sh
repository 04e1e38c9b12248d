#!/bin/sh
# Makes the certificate by which tests of fetch_image stand for https://images.example, and the
# authority that vouches for it. Nobody else trusts either; the authority's key is thrown away.
set -e
cd "$(dirname "$0")"
trap 'rm -f authority.key' EXIT
openssl ecparam -name prime256v1 -genkey -noout -out authority.key
openssl req -x509 -new -key authority.key -out authority.pem -days 36500 \
  -subj "/CN=Lookalike's tests" \
  -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign"
openssl ecparam -name prime256v1 -genkey -noout -out images.example.key
openssl req -new -key images.example.key -subj "/CN=images.example" \
  -addext "subjectAltName=DNS:images.example" |
  openssl x509 -req -CA authority.pem -CAkey authority.key -copy_extensions copy -days 36500 \
    -out images.example.pem
