using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NetIdGrains.Credentials;

namespace NetIdGrains.FrontDoor;

/// <summary>A guardian, a child of 13 and a young person of 17; and somebody who leaves.</summary>
internal sealed class TourFamily(HttpClient http, TourReport report, TimeProvider time)
{
    /// <param name="shop">Where they go.</param>
    /// <param name="taken">Numbers of people who have a part already.</param>
    public async Task TellAsync(DevelopmentPlatform shop, params string[] taken)
    {
        var today = ChinaCalendar.Today(time.GetUtcNow());
        await ChildAsync(shop, DevelopmentFamily.WithChildOf(13, today, taken));
        await YoungAsync(shop, DevelopmentFamily.WithChildOf(17, today, taken));
    }

    /// <summary>What is left is looked for where it would lie: in every file of the data directory.</summary>
    public async Task LeaveAsync(DevelopmentWallet wallet, DevelopmentPlatform shop, string data, params string[] identity)
    {
        report.Step("The citizen sees everything that is stored, and leaves");
        var export = await (await wallet.ExecuteWithPasswordAsync("export")).ReadAsync();
        report.Shows(
            $"an export with {export["export"]!["history"]!.AsArray().Count} lines of history and {export["export"]!["consents"]!.AsArray().Count} consents",
            (string?)export["export"]!["net_id"] == wallet.NetId);
        var left = await (await wallet.ExecuteWithPasswordAsync("cancel")).ReadAsync();
        var metadata = (await http.GetFromJsonAsync<JsonObject>("/.well-known/netid-authority"))!;
        var anchor = new TrustAnchor(Convert.FromBase64String((string)metadata["root_certificate"]!));
        report.Shows("cancelled, with a receipt that the root verifies", DeletionReceipt.TryVerify((string?)left["deletion_receipt"], anchor, out _));
        var denied = await (await shop.VerifyAsync(wallet)).ReadAsync();
        report.Shows("the very next verification says no", (string?)denied["result"] == "fail");
        using var unknown = await wallet.ExecuteAsync("status");
        report.Shows("and nobody knows the device", await unknown.IsRefusedAsync("device-unknown"));
        var files = Directory.GetFiles(data).Where(file => Path.GetFileName(file) is not ("operator.sock" or "lock")).ToList();
        report.Shows(
            $"name, number and device are in none of the {files.Count} files; of the Net ID is left that it is nobody's any more, never to be given again",
            files.TrueForAll(file => identity.Append(wallet.Device!).All(value => !Holds(file, value))));
    }

    private async Task ChildAsync(DevelopmentPlatform shop, DevelopmentFamily family)
    {
        report.Step("A guardian applies for a child of 13, whose every use they agree to");
        using var own = new DevelopmentWallet(http, time);
        using var alone = await own.ApplyAsync(family.Child.Number, family.Child.Name);
        report.Shows("the child alone is refused", await alone.IsRefusedAsync("guardian-needed"));
        using var guardian = new DevelopmentWallet(http, time);
        using var child = new DevelopmentWallet(http, time, guardian);
        (await guardian.ApplyAsync(family.Guardian.Number, family.Guardian.Name)).Dispose();
        using var applied = await child.ApplyAsync(family.Child.Number, family.Child.Name);
        report.Shows("the guardian's device holds the child's certificates", applied.IsSuccessStatusCode && child.NetId is not null);
        var without = await (await shop.VerifyAsync(child)).ReadAsync();
        report.Shows("without the guardian's consent: no", (string?)without["result"] == "fail");
        var body = new JsonObject { ["platform"] = "shop", ["fields"] = new JsonArray(), ["until"] = time.GetUtcNow().AddDays(30) };
        using var standing = await child.ExecuteAsync("consent-for-ward", body);
        var with = await (await shop.VerifyAsync(child)).ReadAsync();
        report.Shows("with a standing consent for the shop: yes", standing.IsSuccessStatusCode && (string?)with["result"] == "pass");
        var consents = (await (await child.ExecuteAsync("consents")).ReadAsync())["consents"]!.AsArray();
        using var withdrawn = await child.ExecuteAsync("withdraw-consent", new JsonObject { ["consent"] = (string)consents[^1]!["id"]! });
        var after = await (await shop.VerifyAsync(child)).ReadAsync();
        report.Shows("withdrawn: no, at once", (string?)after["result"] == "fail");
    }

    private async Task YoungAsync(DevelopmentPlatform shop, DevelopmentFamily family)
    {
        report.Step("Somebody of 17 applies, and a guardian confirms from their own device");
        using var guardian = new DevelopmentWallet(http, time);
        using var young = new DevelopmentWallet(http, time);
        (await guardian.ApplyAsync(family.Guardian.Number, family.Guardian.Name)).Dispose();
        using var applied = await young.ApplyAsync(family.Child.Number, family.Child.Name, confirmedBy: guardian);
        report.Shows("confirmed within a quarter of an hour, and issued", applied.IsSuccessStatusCode && young.NetId is not null);
        var verified = await (await shop.VerifyAsync(young)).ReadAsync();
        report.Shows("from 14 on they answer for themselves: yes", (string?)verified["result"] == "pass");
    }

    private static bool Holds(string file, string value)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray().AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(value)) >= 0;
    }
}
