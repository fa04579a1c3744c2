using System.CommandLine;
using System.Security.Cryptography;
using NetIdGrains.Client;
using NetIdGrains.Hosting;

namespace NetIdGrains.FrontDoor;

/// <summary>
/// <c>platform proof</c>, <c>assertion</c> and <c>public-keys</c>: what a platform makes with its private keys, for calls by hand. They speak to no
/// authority.
/// </summary>
internal static class PlatformProofCommand
{
    public static Command NewProof()
    {
        var key = KeyFile();
        var method = new Option<string>("--method") { Description = "Of the request", DefaultValueFactory = _ => "POST" };
        var url = new Option<string>("--url") { Description = "Of the request, as it will be sent", Required = true };
        var token = new Option<string?>("--token") { Description = "The access token that goes with it; left out for the request that asks for one" };
        var proof = new Command("proof", "One DPoP proof (RFC 9449), good once within a minute") { key, method, url, token };
        proof.SetAction((parsed, _) => SignAsync(parsed.GetValue(key)!, "", proofs => Uri.TryCreate(parsed.GetValue(url), UriKind.Absolute, out var address)
            ? proofs.Proof(new HttpMethod(parsed.GetValue(method)!.ToUpperInvariant()), address, parsed.GetValue(token))
            : throw new SettingsException("--url must be absolute, such as http://127.0.0.1:5080/v1/token.")));
        return proof;
    }

    public static Command NewAssertion()
    {
        var key = KeyFile();
        var id = new Option<string>("--id") { Description = "The platform's id", Required = true };
        var audience = new Option<string>("--audience") { Description = "The authority's issuer followed by /v1/token", Required = true };
        var assertion = new Command("assertion", "One client assertion (RFC 7523), good once within two minutes") { key, id, audience };
        assertion.SetAction((parsed, _) =>
            SignAsync(parsed.GetValue(key)!, parsed.GetValue(id)!, proofs => proofs.Assertion(parsed.GetValue(audience)!)));
        return assertion;
    }

    public static Command NewPublicKeys()
    {
        var key = KeyFile();
        var keys = new Command("public-keys", "The public halves of private keys, as the JWK set to register") { key };
        keys.SetAction((parsed, _) => PrintAsync(parsed.GetValue(key)!, "", credentials => credentials.ToPublicKeys()));
        return keys;
    }

    private static Option<FileInfo> KeyFile() =>
        new Option<FileInfo>("--key") { Description = "The platform's private keys: a JWK or a set of them", Required = true }.AcceptExistingOnly();

    private static Task<int> SignAsync(FileInfo keyFile, string id, Func<Proofs, string> make) =>
        PrintAsync(keyFile, id, credentials => make(new Proofs(credentials, TimeProvider.System)));

    private static async Task<int> PrintAsync(FileInfo keyFile, string id, Func<PlatformCredentials, string> make)
    {
        try
        {
            using var credentials = PlatformCredentials.Parse(id, await File.ReadAllTextAsync(keyFile.FullName));
            Console.WriteLine(make(credentials));
            return 0;
        }
        catch (Exception exception) when (
            exception is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException or SettingsException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return ReceiptCommand.NotUnderstood;
        }
    }
}
