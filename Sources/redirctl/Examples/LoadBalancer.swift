extension ExamplePolicy {
    static let loadBalancer = ExamplePolicy(
        name: "load-balancer",
        summary: "connections are spread over several servers, at random or by client",
        text: """
            # Connections to one address are shared by servers behind this machine.
            #
            # Before use, replace the addresses with your own, also in the tests. This machine must
            # forward packets (sysctl net.ipv4.ip_forward=1, net.ipv6.conf.all.forwarding=1), and the
            # servers' answers must come back through it: it is their default gateway, or each
            # redirect has `masquerade: true`.

            # The version of the policy language.
            version: 1

            # Names for addresses, which redirects can use. The quotes are for YAML, to which some
            # IPv6 addresses would be something else.
            addresses:
              service: [203.0.113.80, "2001:db8:80::80"]

            # The redirects are tried from top to bottom; the first one that matches decides.
            redirects:
              # The name appears in `status`, in plans and in messages.
              - name: http
                # Connections that arrive from other machines.
                direction: inbound
                # All of these must hold.
                match:
                  protocol: tcp
                  # `service` is the name from above.
                  destination: {address: service, port: 80}
                to:
                  # At random, for each new connection.
                  balance: random
                  # A target with weight 3 gets three connections where the others get one. Only
                  # targets of the connection's own family (IPv4 or IPv6) are used.
                  targets:
                    - {address: 192.0.2.11, port: 8080, weight: 3}
                    - {address: 192.0.2.12, port: 8080}
                    - {address: "2001:db8::11", port: 8080, weight: 3}
                    - {address: "2001:db8::12", port: 8080}

              - name: https
                direction: inbound
                match:
                  protocol: tcp
                  destination: {address: service, port: 443}
                to:
                  # By the client's address: the same client always gets the same server.
                  balance: source-hash
                  targets:
                    - {address: 192.0.2.11, port: 8443}
                    - {address: 192.0.2.12, port: 8443}
                    - {address: "2001:db8::11", port: 8443}
                    - {address: "2001:db8::12", port: 8443}

            # Tests need no privileges and send nothing: `redirctl test` runs them, `validate` too.
            # `plan` and `apply` refuse the policy if one fails.
            tests:
              # A connection, and all places where it may go.
              - connection: inbound tcp 203.0.113.80:80
                expect: [192.0.2.11:8080, 192.0.2.12:8080]
              - connection: inbound tcp [2001:db8:80::80]:443
                expect: ["[2001:db8::11]:8443", "[2001:db8::12]:8443"]
              # Another address is left alone.
              - connection: inbound tcp 203.0.113.81:80
                expect: unchanged

            """
    )
}
