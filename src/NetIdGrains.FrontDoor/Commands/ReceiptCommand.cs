using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using NetIdGrains.Credentials;
using NetIdGrains.Hosting;

namespace NetIdGrains.FrontDoor;

/// <summary><c>receipt check</c>: what a receipt proves, in words, with nothing but the root certificate (S-2): no authority, no network, no settings.</summary>
internal static class ReceiptCommand
{
    /// <summary>The exit code when what was given is nothing to check, or nothing to check it with; 1 is a receipt that is not good.</summary>
    public const int NotUnderstood = 2;

    private const int LargestFile = 64 * 1024;
    private const int DeepestJson = 8;

    public static Command New()
    {
        var file = new Argument<FileInfo>("file") { Description = "The receipt, or the answer to the verification as it came" }.AcceptExistingOnly();
        var root = new Option<FileInfo>("--root")
        {
            Description = "The authority's root certificate (PEM, DER or base64), or /.well-known/netid-authority as it came",
            Required = true,
        }.AcceptExistingOnly();
        var check = new Command("check", "Say what a receipt proves; 0: it is good, 1: it is not, 2: nothing to check") { file, root };
        check.SetAction((parsed, cancellation) => CheckAsync(parsed.GetValue(file)!, parsed.GetValue(root)!, parsed.UnmatchedTokens, cancellation));
        return new Command("receipt", "Receipts of verifications") { check };
    }

    private static async Task<int> CheckAsync(FileInfo file, FileInfo rootFile, IReadOnlyList<string> unknown, CancellationToken cancellationToken)
    {
        try
        {
            if (unknown.Count > 0)
                throw new SettingsException($"{string.Join(' ', unknown)} is nothing that a check of a receipt needs.");
            KnownAnswers.Check();
            var rootDer = DerIn(await ReadAsync(rootFile, cancellationToken));
            var anchor = AnchorOf(rootDer) ?? throw new SettingsException($"{rootFile.FullName} holds no root certificate of an authority.");
            var given = await ReadAsync(file, cancellationToken);
            var isGood = VerificationReceipt.TryVerify(TextIn(given, "receipt"), anchor, out var receipt, out var fault);
            await (isGood ? Console.Out : Console.Error).WriteLineAsync(isGood ? ReceiptWords.Of(receipt!, rootDer) : ReceiptWords.Of(fault));
            if (!isGood || Contradictions(given, receipt!) is not { Count: > 0 } changed)
                return isGood ? 0 : 1;
            await Console.Error.WriteLineAsync(ReceiptWords.OfChanged(changed));
            return 1;
        }
        catch (Exception exception) when (exception is SettingsException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return NotUnderstood;
        }
    }

    private static async Task<byte[]> ReadAsync(FileInfo file, CancellationToken cancellationToken) => file.Length <= LargestFile
        ? await File.ReadAllBytesAsync(file.FullName, cancellationToken)
        : throw new IOException($"{file.FullName} is too large for what it should be.");

    /// <summary>The member of what the API answered, or all of the file if that is the value itself.</summary>
    private static string TextIn(byte[] file, string member) => StrictJson.TryParse(file, LargestFile, DeepestJson, out var answer)
        ? answer.TryGetProperty(member, out var value) ? value.ToString() : ""
        : Encoding.UTF8.GetString(file).Trim();

    /// <summary>Which members of the answer around a good receipt say something else than it does: they are not signed.</summary>
    private static List<string> Contradictions(byte[] file, VerificationReceipt receipt)
    {
        if (!StrictJson.TryParse(file, LargestFile, DeepestJson, out var answer))
            return [];
        (string Member, string? Value)[] signed =
        [
            ("transaction_id", receipt.TransactionId), ("sequence_number", receipt.SequenceNumber), ("result", receipt.Passed ? "pass" : "fail"),
            ("mode", receipt.Mode), ("platform_identifier", receipt.Subject),
        ];
        return [.. signed.Where(one => answer.TryGetProperty(one.Member, out var said) && said.ToString() != one.Value).Select(one => one.Member)];
    }

    private static byte[] DerIn(byte[] file)
    {
        var text = TextIn(file, "root_certificate");
        if (PemEncoding.TryFind(text, out var pem)) text = text[pem.Base64Data];
        var der = new byte[text.Length];
        return Convert.TryFromBase64String(text, der, out var length) ? der[..length] : file;
    }

    private static TrustAnchor? AnchorOf(byte[] rootDer)
    {
        try
        {
            return new TrustAnchor(rootDer);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
