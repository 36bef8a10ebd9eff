import Diagnostics

@testable import PolicyYAML

extension FindingCase {
    /// Findings about parts that make no sense together.
    static let meaningCases: [DiagnosticCode: FindingCase] = [
        .ambiguousConnection: FindingCase(
            """
            version: 1
            redirects:
              - name: web
                connection: inbound tcp local:80
                direction: inbound
                to: local:8080
              - name: ssh
                match: {protocol: tcp}
                connection: inbound tcp local:22
                to: 10.0.0.5:22

            """
        ),
        .invalidTarget: FindingCase(
            """
            version: 1
            redirects:
              - {name: a, connection: "inbound tcp local:80", to: 8080}
              - {name: b, connection: "inbound tcp local:81", to: "localhost:8080"}
              - {name: c, connection: "inbound tcp local:82", to: "http://10.0.0.5:80/"}
              - {name: d, connection: "inbound tcp local:83", to: unchanged}
              - {name: e, connection: "inbound tcp local:84", to: "Web"}

            """
        ),
        .ambiguousTarget: FindingCase(
            """
            version: 1
            redirects:
              - name: web
                direction: inbound
                match: {protocol: tcp}
                to: {local: true, port: 8080}
              - name: ssh
                direction: inbound
                to: {local: true}
                bypass: true
              - name: balance
                direction: inbound
                match: {protocol: tcp}
                to: {port: 8080, balance: random, targets: [{address: 192.0.2.10}]}

            """
        ),
        .incompleteTarget: FindingCase(
            """
            version: 1
            redirects:
              - {name: web, direction: inbound, to: {}}
              - {name: dns, direction: inbound, bypass: false}
              - {name: how, direction: inbound, to: {balance: random}}
              - {name: where, direction: inbound, to: {targets: [{address: 192.0.2.10}]}}
              - {name: none, direction: inbound, to: {balance: random, targets: [{weight: 2}]}}

            """
        ),
        .protocolRequired: FindingCase(
            """
            version: 1
            redirects:
              - name: forward
                direction: inbound
                match: {destination: {port: 80}}
                to: {local: true}
              - name: dns
                direction: outbound
                match: {protocol: any}
                to: {port: 5353}
              - {name: all, direction: inbound, to: {address: 192.0.2.10, port: 80}}
              - name: except-ssh
                direction: inbound
                except: [{destination: {port: 22}}]
                to: {local: true}

            """
        ),
        .familyConflict: FindingCase(
            """
            version: 1
            redirects:
              - name: web
                direction: inbound
                match:
                  destination: {address: [192.0.2.10, 192.0.2.11]}
                to: {address: "2001:db8::10"}
              - name: balance
                direction: inbound
                match: {source: {address: 192.0.2.0/24}}
                to: {balance: random, targets: [{address: "2001:db8::1"}, {address: "2001:db8::2"}]}
              - name: hairpin
                direction: inbound
                to: {address: 192.0.2.10}
                masquerade: {from: "fd00::/8"}
            tests:
              - connection: outbound tcp 192.0.2.10:80 source=2001:db8::7
                expect: unchanged
              - connection: outbound tcp 192.0.2.10:80
                expect: ["[2001:db8::10]:80", "192.0.2.10:80"]

            """
        ),
        .userOnInbound: FindingCase(
            """
            version: 1
            redirects:
              - name: web
                direction: inbound
                match: {user: 1000}
                to: {local: true}
              - name: proxy
                direction: [inbound, outbound]
                except: [{group: 1000}]
                to: {local: true}
            tests:
              - connection: inbound tcp 192.0.2.10:80 user=0
                expect: unchanged

            """
        ),
        .exceptionNeverApplies: FindingCase(
            """
            version: 1
            redirects:
              - name: web
                direction: inbound
                match: {destination: {address: 192.0.2.0/24}}
                except:
                  - {source: {address: "fd00::/8"}}
                to: {local: true}
              - name: dns
                direction: inbound
                match: {protocol: udp}
                except: [{protocol: [tcp, sctp]}]
                to: {local: true}

            """
        ),
        .loopbackLost: FindingCase(
            """
            version: 1
            redirects:
              - name: database
                direction: outbound
                match: {protocol: tcp, destination: {address: local, port: 5432}}
                to: {address: 192.0.2.40}
              - name: database6
                direction: outbound
                match: {protocol: tcp, destination: {address: local, port: 5433}}
                to: {address: "2001:db8::40"}
              - name: named
                direction: outbound
                match: {protocol: tcp, destination: {address: 127.0.0.1, port: 5435}}
                to: {address: 192.0.2.40}
              - name: without
                direction: outbound
                match: {protocol: tcp, destination: {address: local, port: 5434}}
                except: [{destination: {address: 127.0.0.0/8}}]
                to: {address: 192.0.2.40}

            """
        ),
        .unreachableTarget: FindingCase(
            """
            version: 1
            redirects:
              - name: loopback
                direction: inbound
                match: {protocol: tcp, destination: {port: 80}}
                to: {address: "::1", port: 8080}
              - name: old-loopback
                direction: inbound
                match: {protocol: tcp, destination: {port: 81}}
                to: {address: 127.0.0.1, port: 8081}
              - name: everybody
                direction: outbound
                to: {address: 224.0.0.1}

            """
        ),
    ]
}
