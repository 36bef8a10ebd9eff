extension ExamplePolicy {
    static let transparentProxy = ExamplePolicy(
        name: "transparent-proxy",
        summary: "web connections go through a proxy on this machine, except the proxy's own",
        text: """
            # Web connections of this machine go through a proxy that runs on it.
            #
            # Before use, replace `nobody` with the user that the proxy runs as, also in the tests.
            # Without this exception, the proxy's own connections would come back to it forever.

            # The version of the policy language.
            version: 1

            # The redirects are tried from top to bottom; the first one that matches decides.
            redirects:
              # The name appears in `status`, in plans and in messages.
              - name: web-through-proxy
                # Connections that programs on this machine open.
                direction: outbound
                # All of these must hold.
                match:
                  protocol: tcp
                  # Either port, of any host.
                  destination: {port: [80, 443]}
                # Connections that match one of these entries are not redirected.
                except:
                  # What the proxy itself opens.
                  - {user: nobody}
                  # Loopback, private networks and link-local addresses, for IPv4 and IPv6.
                  - destination:
                      address:
                        - 127.0.0.0/8
                        - 10.0.0.0/8
                        - 172.16.0.0/12
                        - 192.168.0.0/16
                        - 169.254.0.0/16
                        # YAML needs the quotes here, because the text begins with a colon.
                        - "::1"
                        - fc00::/7
                        - fe80::/10
                # This machine itself, on port 8080, where the proxy listens.
                to: {local: 8080}

            # Tests need no privileges and send nothing: `redirctl test` runs them, `validate` too.
            # `plan` and `apply` refuse the policy if one fails.
            tests:
              # A connection of a user, and where it must go.
              - connection: outbound tcp 198.51.100.7:443 user=1000
                expect: local:8080
              # The proxy's own connections are left alone.
              - connection: outbound tcp 198.51.100.7:443 user=nobody
                expect: unchanged
              # So are private networks.
              - connection: outbound tcp 192.168.1.7:80 user=1000
                expect: unchanged

            """
    )
}
