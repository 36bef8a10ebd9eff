// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let smallCode = SwiftSetting.unsafeFlags(["-Osize"], .when(configuration: .release))

/// A module of the program: Swift, and only what it names.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A module whose release build is small rather than fast, so that the static program stays within
/// its limit (`make release`): it costs a large policy less than 5 % of the instructions.
func small(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict + [smallCode])
}

/// The tests of one module, with their golden files and other folders beside them.
func tests(
    _ name: String,
    _ dependencies: [Target.Dependency],
    golden: Bool = false,
    beside folders: [String] = []
) -> Target {
    .testTarget(
        name: name + "Tests",
        dependencies: dependencies + ["TestSupport"],
        exclude: folders + (golden ? ["Golden"] : []),
        swiftSettings: strict
    )
}

let package = Package(
    name: "redirctl",
    products: [.executable(name: "redirctl", targets: ["redirctl"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CDigest", pkgConfig: "libmd", providers: [.apt(["libmd-dev"])]),
        .systemLibrary(name: "CNetfilter"),
        .target(name: "CNftables", linkerSettings: [.linkedLibrary("nftables")]),
        .target(name: "CLinux"),

        module("Addressing"),
        small("Diagnostics", []),
        small("TrustedFiles", ["CLinux", "Diagnostics"]),
        module("PolicyModel", ["Addressing", "Diagnostics"]),
        module("LocatedYAML", ["CYAML", "Diagnostics", "TrustedFiles"]),
        module(
            "PolicyYAML",
            ["Addressing", "Diagnostics", "TrustedFiles", "LocatedYAML", "PolicyModel"]
        ),
        module("PolicyAnalysis", ["Addressing", "Diagnostics", "PolicyModel"]),
        small("PolicyImport", ["Addressing", "Diagnostics", "PolicyModel", "RulesetModel"]),
        module("RulesetModel", ["Addressing"]),
        module("PolicyCompiler", ["Addressing", "PolicyModel", "RulesetModel"]),
        module("TableDiff", ["Addressing", "RulesetModel"]),
        small("HostState", ["CLinux", "CNetfilter", "Addressing"]),
        small("OtherTables", ["CNetfilter", "Addressing"]),
        module("Netlink", ["CNetfilter", "Addressing", "RulesetModel", "OtherTables"]),
        small("Doctor", ["Addressing", "Diagnostics", "PolicyModel", "HostState", "OtherTables"]),
        module(
            "Nftables",
            [
                "CNftables", "CLinux", "CNetfilter", "TrustedFiles", "Addressing", "RulesetModel",
                "Netlink", "OtherTables",
            ]
        ),
        small("GenerationModel", ["TableDiff", "RulesetModel"]),
        small(
            "Generations",
            [
                "CDigest", "TrustedFiles", "TableDiff", "RulesetModel", "Nftables",
                "GenerationModel",
            ]
        ),
        small(
            "Safeguards",
            ["Addressing", "Diagnostics", "PolicyModel", "RulesetModel", "Nftables"]
        ),
        small(
            "LiveFlows",
            [
                "Addressing", "PolicyModel", "RulesetModel", "TableDiff", "Nftables",
                "GenerationModel",
                "Generations",
                "Safeguards",
            ]
        ),
        module(
            "Reporting",
            [
                "Addressing", "Diagnostics", "PolicyModel", "PolicyAnalysis", "RulesetModel",
                "PolicyCompiler", "TableDiff", "GenerationModel", "OtherTables", "Doctor",
            ]
        ),
        .executableTarget(
            name: "redirctl",
            dependencies: [
                "CLinux", "Addressing", "Diagnostics", "TrustedFiles", "LocatedYAML", "PolicyModel",
                "PolicyYAML", "PolicyAnalysis", "PolicyImport", "RulesetModel", "PolicyCompiler",
                "TableDiff",
                "Nftables",
                "GenerationModel",
                "Generations",
                "Safeguards", "LiveFlows", "HostState", "OtherTables", "Doctor", "Reporting",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["README.md", "release.ld"],
            swiftSettings: strict + [smallCode]
        ),

        .target(name: "CTestSupport", path: "Tests/CTestSupport"),
        .target(
            name: "TestSupport",
            dependencies: [
                "CTestSupport", "CLinux", "Addressing", "Diagnostics", "RulesetModel", "Nftables",
            ],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .systemLibrary(
            name: "CJansson",
            path: "Tests/CJansson",
            pkgConfig: "jansson",
            providers: [.apt(["libjansson-dev"])]
        ),
        .target(
            name: "ListingSupport",
            dependencies: [
                "CJansson", "CNftables", "Addressing", "RulesetModel", "Nftables",
            ],
            path: "Tests/ListingSupport",
            swiftSettings: strict
        ),
        tests("PolicyModel", ["Addressing", "PolicyModel"]),
        tests(
            "PolicyAnalysis",
            ["PolicyAnalysis", "Addressing", "Diagnostics", "PolicyModel", "PolicyYAML"]
        ),
        tests(
            "Doctor",
            [
                "Doctor", "HostState", "OtherTables", "Addressing", "Diagnostics", "PolicyModel",
                "PolicyYAML", "PolicyCompiler", "RulesetModel",
            ]
        ),
        tests(
            "LiveFlows",
            [
                "LiveFlows", "Addressing", "Diagnostics", "PolicyModel", "PolicyYAML",
                "PolicyCompiler",
                "RulesetModel",
            ]
        ),
        tests(
            "Safeguards",
            ["Safeguards", "Addressing", "Diagnostics", "PolicyModel", "RulesetModel"]
        ),
        tests("TableDiff", ["TableDiff", "Reporting", "Addressing", "RulesetModel"], golden: true),
        tests(
            "Reporting",
            [
                "Reporting", "GenerationModel", "TableDiff", "RulesetModel", "Diagnostics",
                "Addressing", "PolicyModel", "PolicyAnalysis", "PolicyCompiler", "PolicyYAML",
            ],
            golden: true
        ),
        tests(
            "PolicyCompiler",
            [
                "Addressing", "Diagnostics", "PolicyModel", "PolicyYAML", "PolicyCompiler",
                "RulesetModel",
            ],
            golden: true
        ),
        tests(
            "Semantics",
            [
                "Addressing", "Diagnostics", "PolicyModel", "PolicyYAML", "PolicyAnalysis",
                "PolicyCompiler",
                "RulesetModel", "LiveFlows",
            ]
        ),
        tests("Command", ["redirctl", "Addressing"], golden: true, beside: ["Shells"]),
        tests(
            "PolicyImport",
            [
                "redirctl", "PolicyImport", "Addressing", "Diagnostics", "PolicyModel",
                "PolicyYAML",
            ],
            golden: true,
            beside: ["Rules"]
        ),
        tests(
            "Kernel",
            [
                "redirctl", "Addressing", "Diagnostics", "PolicyModel", "PolicyYAML",
                "PolicyAnalysis",
                "PolicyCompiler",
                "RulesetModel", "TableDiff", "Nftables",
            ]
        ),
        tests(
            "Nftables",
            [
                "Nftables", "Netlink", "OtherTables", "ListingSupport", "CNetfilter", "Addressing",
                "RulesetModel", "PolicyYAML", "PolicyCompiler", "CTestSupport",
            ]
        ),
        tests("OtherTables", ["Addressing", "OtherTables"]),
        tests("Addressing", ["Addressing"]),
        tests("Diagnostics", ["Diagnostics"]),
        tests("TrustedFiles", ["TrustedFiles"]),
        tests(
            "PolicyYAML",
            [
                "Addressing", "Diagnostics", "TrustedFiles", "LocatedYAML", "PolicyModel",
                "PolicyYAML", "PolicyAnalysis",
            ],
            golden: true,
            beside: ["Validator"]
        ),
        tests(
            "Fault",
            ["redirctl", "GenerationModel", "Generations", "Nftables", "TableDiff", "RulesetModel"]
        ),
        tests(
            "Generations",
            [
                "GenerationModel", "Generations", "TrustedFiles", "Nftables", "TableDiff",
                "Addressing",
                "RulesetModel",
            ]
        ),
    ]
)
